CREATE TABLE "promotions" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"branch_ref_id" bigint NOT NULL,
	"promoted_version" integer NOT NULL,
	"promoted_as" integer,
	"promoted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "promotions_repository_id_ref_id_branch_ref_id_pk" PRIMARY KEY("repository_id","ref_id","branch_ref_id")
);
--> statement-breakpoint
ALTER TABLE "refs" ADD COLUMN "base_name" text;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "github_owner_id" bigint;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_repository_id_ref_id_refs_repository_id_id_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_branch_fk" FOREIGN KEY ("repository_id","branch_ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
INSERT INTO "promotions" ("repository_id", "ref_id", "branch_ref_id", "promoted_version", "promoted_as")
SELECT p."repository_id", p."id", b."id", p."promoted_version", p."promoted_as" FROM "refs" p
JOIN "refs" b ON b."repository_id" = p."repository_id" AND b."id" = p."promoted_ref_id"
WHERE p."promoted_version" IS NOT NULL;
