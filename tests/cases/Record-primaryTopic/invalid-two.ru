INSERT DATA { <municipality/01002000#record> foaf:primaryTopic <organisation/itvsh> }
