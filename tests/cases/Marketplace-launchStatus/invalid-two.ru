INSERT DATA { <marketplace/shop> efa:launchStatus efa:LaunchStatus-announced }
