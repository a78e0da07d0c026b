CREATE TABLE "calls" (
	"repository_id" bigint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "calls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"path" text COLLATE "C" NOT NULL,
	"test_id" text COLLATE "C",
	"model" text COLLATE "C",
	"endpoint" text COLLATE "C",
	"hash" "bytea",
	"hash_status" text,
	CONSTRAINT "calls_repository_id_id_pk" PRIMARY KEY("repository_id","id")
);
--> statement-breakpoint
-- What entries said of their calls, once each.
INSERT INTO "calls" ("repository_id", "path", "test_id", "model", "endpoint", "hash", "hash_status")
	SELECT DISTINCT ON ("repository_id", "path", "test_id", "model", "endpoint", "hash_status")
		"repository_id", "path", "test_id", "model", "endpoint", decode("hash", 'hex'), "hash_status"
	FROM "entries" WHERE "digest" IS NOT NULL
	ORDER BY "repository_id", "path", "test_id", "model", "endpoint", "hash_status";--> statement-breakpoint
-- An entry without a digest refers to any call of its path; should there be none, it gets one that says nothing.
INSERT INTO "calls" ("repository_id", "path")
	SELECT DISTINCT e."repository_id", e."path" FROM "entries" e WHERE e."digest" IS NULL
	AND NOT EXISTS (SELECT 1 FROM "calls" k WHERE k."repository_id" = e."repository_id" AND k."path" = e."path")
	ORDER BY 1, 2;--> statement-breakpoint
CREATE UNIQUE INDEX "calls_path" ON "calls" USING btree ("repository_id","path",hashtextextended(quote_nullable("test_id") || ',' || quote_nullable("model") || ',' ||
    quote_nullable("endpoint") || ',' || quote_nullable("hash_status"), 0));--> statement-breakpoint
CREATE INDEX "calls_test" ON "calls" USING btree ("repository_id","test_id") WHERE "calls"."test_id" is not null;--> statement-breakpoint
CREATE INDEX "calls_model" ON "calls" USING btree ("repository_id","model","path") WHERE "calls"."model" is not null;--> statement-breakpoint
CREATE INDEX "calls_hash" ON "calls" USING btree ("repository_id","hash") WHERE "calls"."hash" is not null;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ANALYZE "calls";--> statement-breakpoint
-- Entries are written anew rather than changed, which would leave each row twice.
DROP INDEX "entries_alive";--> statement-breakpoint
DROP INDEX "entries_test";--> statement-breakpoint
DROP INDEX "entries_model";--> statement-breakpoint
DROP INDEX "entries_hash";--> statement-breakpoint
DROP INDEX "entries_digest";--> statement-breakpoint
ALTER TABLE "entries" RENAME TO "entries_with_texts";--> statement-breakpoint
CREATE TABLE "entries" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"call_id" bigint NOT NULL,
	"since" integer NOT NULL,
	"until" integer DEFAULT 2147483647 NOT NULL,
	"digest" "bytea"
);
--> statement-breakpoint
INSERT INTO "entries" ("repository_id", "ref_id", "call_id", "since", "until", "digest")
	SELECT e."repository_id", e."ref_id", k."id", e."since", e."until", e."digest" FROM "entries_with_texts" e
	JOIN "calls" k ON k."repository_id" = e."repository_id" AND k."path" = e."path"
		AND (k."test_id", k."model", k."endpoint", k."hash_status") IS NOT DISTINCT FROM (e."test_id", e."model", e."endpoint", e."hash_status")
	WHERE e."digest" IS NOT NULL
	UNION ALL
	SELECT e."repository_id", e."ref_id", k."id", e."since", e."until", NULL FROM "entries_with_texts" e
	JOIN (SELECT "repository_id", "path", min("id") AS "id" FROM "calls" GROUP BY 1, 2) k
		ON k."repository_id" = e."repository_id" AND k."path" = e."path"
	WHERE e."digest" IS NULL;--> statement-breakpoint
-- Nothing may be lost on the way: better no upgrade than that.
DO $$ BEGIN
	IF (SELECT count(*) FROM "entries") <> (SELECT count(*) FROM "entries_with_texts") THEN
		RAISE EXCEPTION 'not every entry would have its call: the database was left as it was';
	END IF;
END $$;--> statement-breakpoint
DROP TABLE "entries_with_texts";--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_repository_id_ref_id_call_id_since_pk" PRIMARY KEY("repository_id","ref_id","call_id","since");--> statement-breakpoint
CREATE INDEX "entries_alive" ON "entries" USING btree ("repository_id",(-"ref_id"),"until");--> statement-breakpoint
CREATE INDEX "entries_digest" ON "entries" USING btree ("repository_id","digest") WHERE "entries"."digest" is not null;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_repository_id_ref_id_refs_repository_id_id_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_repository_id_call_id_calls_repository_id_id_fk" FOREIGN KEY ("repository_id","call_id") REFERENCES "public"."calls"("repository_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_repository_id_digest_contents_repository_id_digest_fk" FOREIGN KEY ("repository_id","digest") REFERENCES "public"."contents"("repository_id","digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ANALYZE "entries";--> statement-breakpoint
-- Hashes as bytes, one after the other.
ALTER TABLE "readings" ALTER COLUMN "request_hashes" SET DATA TYPE bytea USING decode(array_to_string("request_hashes", ''), 'hex');
