CREATE TABLE "leases" (
	"repository_id" bigint NOT NULL,
	"name" text NOT NULL,
	"holder" uuid NOT NULL,
	"held_until" timestamp with time zone NOT NULL,
	"progress" jsonb,
	CONSTRAINT "leases_repository_id_name_pk" PRIMARY KEY("repository_id","name")
);
--> statement-breakpoint
CREATE TABLE "weekly_changes" (
	"repository_id" bigint NOT NULL,
	"week" date NOT NULL,
	"model" text COLLATE "C" NOT NULL,
	"behaviour" integer DEFAULT 0 NOT NULL,
	"content" integer DEFAULT 0 NOT NULL,
	"errors" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "weekly_changes_repository_id_week_model_pk" PRIMARY KEY("repository_id","week","model")
);
--> statement-breakpoint
CREATE TABLE "recording_uses" (
	"repository_id" bigint NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT 'epoch' NOT NULL,
	"first_pulled_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "recording_uses_repository_id_path_pk" PRIMARY KEY("repository_id","path")
);
--> statement-breakpoint
CREATE TABLE "use_reports" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"run" text NOT NULL,
	"snapshot" text NOT NULL,
	"selection" text DEFAULT '' NOT NULL,
	"recordings" integer NOT NULL,
	"read" "bytea" NOT NULL,
	"is_pending" boolean DEFAULT true NOT NULL,
	CONSTRAINT "use_reports_repository_id_ref_id_run_snapshot_selection_pk" PRIMARY KEY("repository_id","ref_id","run","snapshot","selection")
);
--> statement-breakpoint
CREATE TABLE "use_runs" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"run" text NOT NULL,
	"workflow" text,
	"jobs" jsonb NOT NULL,
	"has_selection" boolean DEFAULT false NOT NULL,
	"is_blind" boolean DEFAULT false NOT NULL,
	"has_reads" boolean DEFAULT false NOT NULL,
	"counts" boolean DEFAULT false NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"reported_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "use_runs_repository_id_ref_id_run_pk" PRIMARY KEY("repository_id","ref_id","run")
);
--> statement-breakpoint
ALTER TABLE "blocks" ADD COLUMN "removed_size" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "weekly_changes" ADD CONSTRAINT "weekly_changes_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recording_uses" ADD CONSTRAINT "recording_uses_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "use_reports" ADD CONSTRAINT "use_reports_run_fk" FOREIGN KEY ("repository_id","ref_id","run") REFERENCES "public"."use_runs"("repository_id","ref_id","run") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "use_runs" ADD CONSTRAINT "use_runs_repository_id_ref_id_refs_repository_id_id_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "recording_uses_last" ON "recording_uses" USING btree ("repository_id","last_used_at","path");--> statement-breakpoint
CREATE INDEX "use_reports_pending" ON "use_reports" USING btree ("repository_id") WHERE "use_reports"."is_pending";--> statement-breakpoint
CREATE INDEX "use_runs_at" ON "use_runs" USING btree ("repository_id","ref_id","reported_at");--> statement-breakpoint
CREATE INDEX "blocks_removed" ON "blocks" USING btree ("repository_id","removed_size") WHERE "blocks"."removed_size" > 0;--> statement-breakpoint
CREATE INDEX "entries_call" ON "entries" USING btree ("repository_id","call_id","ref_id");--> statement-breakpoint
CREATE INDEX "acceptances_before" ON "acceptances" USING btree ("repository_id","before");--> statement-breakpoint
CREATE INDEX "acceptances_after" ON "acceptances" USING btree ("repository_id","after");--> statement-breakpoint
CREATE INDEX "commits_version" ON "commits" USING btree ("repository_id","ref_id","version");--> statement-breakpoint
CREATE INDEX "snapshots_base" ON "snapshots" USING btree ("repository_id","base_ref_id","base_version");--> statement-breakpoint
-- Retention may delete audit events, in a transaction that says so, once they are 30 days old.
CREATE OR REPLACE FUNCTION "audit_events_are_only_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND current_setting('fixture_registry.retention', true) = 'on' THEN
		IF OLD."at" < now() - interval '30 days' THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'audit_events is append-only';
END $$;
