"""Where an offer stands among its competitors."""
