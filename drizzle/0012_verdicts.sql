CREATE TABLE "verdict_changes" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"test_id" text COLLATE "C",
	"model" text COLLATE "C",
	"level" text,
	"failure" text,
	"words" text NOT NULL,
	CONSTRAINT "verdict_changes_repository_id_ref_id_position_pk" PRIMARY KEY("repository_id","ref_id","position")
);
--> statement-breakpoint
CREATE TABLE "verdicts" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"digest" text NOT NULL,
	"headline" text NOT NULL,
	"mark" text NOT NULL,
	"level" text,
	"unaccepted_level" text,
	"behaviour" integer NOT NULL,
	"content" integer NOT NULL,
	"errors" integer NOT NULL,
	"unplayable" integer NOT NULL,
	"added" integer NOT NULL,
	"removed" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "verdicts_repository_id_ref_id_pk" PRIMARY KEY("repository_id","ref_id")
);
--> statement-breakpoint
ALTER TABLE "verdict_changes" ADD CONSTRAINT "verdict_changes_verdict_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."verdicts"("repository_id","ref_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_repository_id_ref_id_refs_repository_id_id_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "verdict_changes_test" ON "verdict_changes" USING btree ("repository_id","test_id") WHERE "verdict_changes"."test_id" is not null;--> statement-breakpoint
CREATE INDEX "snapshots_created" ON "snapshots" USING btree ("repository_id","created_at");