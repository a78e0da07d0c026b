CREATE TABLE "acceptances" (
	"repository_id" bigint NOT NULL,
	"pull_request" integer NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"before" "bytea" NOT NULL,
	"after" "bytea" NOT NULL,
	"accepted_by" text NOT NULL,
	"said_by" text NOT NULL,
	"means" text NOT NULL,
	"accepted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "acceptances_repository_id_pull_request_path_before_after_pk" PRIMARY KEY("repository_id","pull_request","path","before","after")
);
--> statement-breakpoint
ALTER TABLE "acceptances" ADD CONSTRAINT "acceptances_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;