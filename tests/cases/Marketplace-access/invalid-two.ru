INSERT DATA { <marketplace/shop> dct:accessRights access:PUBLIC }
