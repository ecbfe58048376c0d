DELETE DATA { <marketplace/shop> efa:launchStatus efa:LaunchStatus-live } ;
INSERT DATA { <marketplace/shop> efa:launchStatus efa:LaunchStatus-online }
