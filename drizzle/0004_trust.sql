CREATE TABLE "audit_events" (
	"repository_id" bigint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "audit_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"who" text NOT NULL,
	"actor" text,
	"run" text,
	"action" text NOT NULL,
	"target" text,
	"outcome" text NOT NULL,
	"detail" text,
	"address" text,
	"request_id" text,
	CONSTRAINT "audit_events_repository_id_id_pk" PRIMARY KEY("repository_id","id")
);
--> statement-breakpoint
CREATE TABLE "secret_allowances" (
	"repository_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"value" text COLLATE "C" NOT NULL,
	"reason" text NOT NULL,
	"allowed_by" text NOT NULL,
	"allowed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "secret_allowances_repository_id_kind_value_pk" PRIMARY KEY("repository_id","kind","value")
);
--> statement-breakpoint
ALTER TABLE "contents" ADD COLUMN "purged_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "contents" ADD COLUMN "purged_by" text;--> statement-breakpoint
ALTER TABLE "contents" ADD COLUMN "purge_reason" text;--> statement-breakpoint
ALTER TABLE "readings" ADD COLUMN "findings" jsonb;--> statement-breakpoint
ALTER TABLE "refs" ADD COLUMN "from_fork" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "purges" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "ref_pattern" text;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "last_used_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "secret_allowances" ADD CONSTRAINT "secret_allowances_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "repositories_github_id" ON "repositories" USING btree ("github_id");--> statement-breakpoint
CREATE FUNCTION "audit_events_are_only_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'audit_events is append-only';
END $$;--> statement-breakpoint
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
	FOR EACH ROW EXECUTE FUNCTION "audit_events_are_only_added"();--> statement-breakpoint
CREATE TRIGGER "audit_events_not_emptied" BEFORE TRUNCATE ON "audit_events"
	FOR EACH STATEMENT EXECUTE FUNCTION "audit_events_are_only_added"();
