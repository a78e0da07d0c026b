CREATE TABLE "exchanges" (
	"repository_id" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"position" integer NOT NULL,
	"key" "bytea" NOT NULL,
	"occurrence" integer NOT NULL,
	"method" text NOT NULL,
	"url" text NOT NULL,
	"model" text COLLATE "C",
	"endpoint" text COLLATE "C",
	"is_streaming" boolean,
	"status" integer,
	"outcome" text NOT NULL,
	"response_text" text,
	CONSTRAINT "exchanges_repository_id_digest_position_pk" PRIMARY KEY("repository_id","digest","position")
);
--> statement-breakpoint
ALTER TABLE "exchanges" ADD CONSTRAINT "exchanges_repository_id_digest_contents_repository_id_digest_fk" FOREIGN KEY ("repository_id","digest") REFERENCES "public"."contents"("repository_id","digest") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exchanges_model" ON "exchanges" USING btree ("repository_id","model","digest") WHERE "exchanges"."model" is not null;