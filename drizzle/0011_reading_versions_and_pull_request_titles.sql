ALTER TABLE "readings" ADD COLUMN "hash_versions" "bytea";--> statement-breakpoint
ALTER TABLE "readings" ADD COLUMN "reader" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refs" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "refs" ADD COLUMN "author" text;