CREATE TABLE "removed_versions" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"removed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "removed_versions_repository_id_ref_id_version_pk" PRIMARY KEY("repository_id","ref_id","version")
);
--> statement-breakpoint
ALTER TABLE "removed_versions" ADD CONSTRAINT "removed_versions_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;