DELETE DATA { <municipality/01002000#reuse> a schema:GovernmentService }
