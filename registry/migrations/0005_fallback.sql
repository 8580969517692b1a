-- Where an environment takes the projects from that are not deployed there: names of environments, separated by commas.
ALTER TABLE environment_turn ADD COLUMN fallback TEXT NOT NULL DEFAULT '';
