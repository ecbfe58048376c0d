DELETE DATA { <marketplace/shop> dct:accessRights access:RESTRICTED } ;
INSERT DATA { <marketplace/shop> dct:accessRights access:INTERN }
