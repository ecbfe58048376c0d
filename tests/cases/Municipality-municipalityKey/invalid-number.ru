DELETE DATA { <municipality/01002000> efa:municipalityKey "01002000" } ;
INSERT DATA { <municipality/01002000> efa:municipalityKey 1002000 }
