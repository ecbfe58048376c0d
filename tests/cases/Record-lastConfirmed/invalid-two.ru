INSERT DATA { <state/sh#record> efa:lastConfirmed "2026-11-22"^^xsd:date }
