CREATE TABLE "settings" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"since" integer NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "settings_repository_id_ref_id_since_pk" PRIMARY KEY("repository_id","ref_id","since")
);
--> statement-breakpoint
ALTER TABLE "settings" ADD CONSTRAINT "settings_repository_id_ref_id_refs_repository_id_id_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;