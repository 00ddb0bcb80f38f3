DROP TABLE known_codes;
