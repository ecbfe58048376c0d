DELETE DATA { <municipality/01002000#record> a efa:Record }
