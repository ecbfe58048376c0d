DELETE DATA { <state/hh#reuse> a schema:GovernmentService }
