DELETE DATA { <state/sh#announced> a schema:WebSite }
