-- Roles, database and extensions, run by a superuser; may be run again. Used by `make run`, by docker-compose.yml and
-- by hand. Needs psql >= 15 and KENTONGAN_PASSWORD and KENTONGAN_PUBLIC_PASSWORD in the environment.
\set ON_ERROR_STOP on
\getenv app_password KENTONGAN_PASSWORD
\getenv public_password KENTONGAN_PUBLIC_PASSWORD
SET client_min_messages = warning;

SELECT 'CREATE ROLE ' || name
FROM unnest(ARRAY['kentongan', 'kentongan_public']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE kentongan LOGIN PASSWORD :'app_password';

-- Reads what is released and nothing else: the tables are granted by migrations. These limits hold for whoever queries
-- through it, since the catalogue's SQL search lets strangers do so.
ALTER ROLE kentongan_public LOGIN PASSWORD :'public_password' CONNECTION LIMIT 40;
ALTER ROLE kentongan_public SET default_transaction_read_only = on;
ALTER ROLE kentongan_public SET statement_timeout = '10s';
ALTER ROLE kentongan_public SET lock_timeout = '2s';
ALTER ROLE kentongan_public SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE kentongan_public SET work_mem = '8MB';
ALTER ROLE kentongan_public SET temp_file_limit = '256MB';

-- What PostgreSQL and PostGIS let everybody do, and strangers should not: large objects can be written even in read-only
-- transactions, and the planner's statistics tell where the points of tables lie that one may not read.
\set shut 'DO $$ DECLARE one regprocedure; BEGIN FOR one IN SELECT oid FROM pg_proc WHERE proname ~ ''^(lo_|lowrite$|loread$|_postgis_(stats|selectivity|join_selectivity|index_extent)$|st_(estimatedextent|estimated_extent)$)'' LOOP EXECUTE format(''REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC'', one); END LOOP; END $$'

-- In template1 too, so that databases made later (tests, restores) have them without a superuser.
\connect template1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
:shut;

\connect postgres
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres, template1 TO kentongan;  -- tests and benchmarks make databases of their own
SELECT 'CREATE DATABASE kentongan OWNER kentongan'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'kentongan') \gexec
ALTER DATABASE kentongan OWNER TO kentongan;
REVOKE TEMPORARY ON DATABASE kentongan FROM PUBLIC;

\connect kentongan
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
:shut;
