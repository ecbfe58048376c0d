DELETE DATA { <state/sh#announced> efa:launchStatus efa:LaunchStatus-announced } ;
INSERT DATA { <state/sh#announced> efa:launchStatus efa:LaunchStatus-live }
