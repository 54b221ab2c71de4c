"""People, teams, roles, invitations, tokens and the audit trail."""
