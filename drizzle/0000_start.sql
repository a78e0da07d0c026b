CREATE TABLE "commits" (
	"repository_id" bigint NOT NULL,
	"commit" text NOT NULL,
	"ref_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"noted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "commits_repository_id_commit_ref_id_pk" PRIMARY KEY("repository_id","commit","ref_id")
);
--> statement-breakpoint
CREATE TABLE "content_chunks" (
	"repository_id" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"position" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "content_chunks_repository_id_digest_position_pk" PRIMARY KEY("repository_id","digest","position")
);
--> statement-breakpoint
CREATE TABLE "contents" (
	"repository_id" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"size" integer NOT NULL,
	"packed_size" integer NOT NULL,
	"method" smallint NOT NULL,
	"crc32" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contents_repository_id_digest_pk" PRIMARY KEY("repository_id","digest")
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"since" integer NOT NULL,
	"until" integer DEFAULT 2147483647 NOT NULL,
	"digest" "bytea",
	"test_id" text COLLATE "C",
	"model" text COLLATE "C",
	"endpoint" text COLLATE "C",
	"hash" text COLLATE "C",
	"hash_status" text,
	CONSTRAINT "entries_repository_id_ref_id_path_since_pk" PRIMARY KEY("repository_id","ref_id","path","since")
);
--> statement-breakpoint
CREATE TABLE "readings" (
	"repository_id" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"format" text NOT NULL,
	"test_id" text COLLATE "C",
	"model" text COLLATE "C",
	"endpoint" text COLLATE "C",
	"is_streaming" boolean,
	"outcome" text,
	"response_text" text,
	"request_hashes" text[] NOT NULL,
	"problem" text,
	CONSTRAINT "readings_repository_id_digest_pk" PRIMARY KEY("repository_id","digest")
);
--> statement-breakpoint
CREATE TABLE "refs" (
	"repository_id" bigint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "refs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"base_ref_id" bigint,
	"base_version" integer,
	"promoted_version" integer,
	"promoted_ref_id" bigint,
	"promoted_as" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "refs_repository_id_id_pk" PRIMARY KEY("repository_id","id")
);
--> statement-breakpoint
CREATE TABLE "repositories" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "repositories_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"owner" text NOT NULL,
	"name" text NOT NULL,
	"visibility" text DEFAULT 'PRIVATE' NOT NULL,
	"default_branch" text DEFAULT 'main' NOT NULL,
	"github_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"repository_id" bigint NOT NULL,
	"ref_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"base_ref_id" bigint,
	"base_version" integer,
	"base_reason" text,
	"commit" text,
	"origin" text NOT NULL,
	"pull_request" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "snapshots_repository_id_ref_id_version_pk" PRIMARY KEY("repository_id","ref_id","version")
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"repository_id" bigint NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "tokens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"scope" text NOT NULL,
	"name" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "tokens_repository_id_secret_hash_pk" PRIMARY KEY("repository_id","secret_hash")
);
--> statement-breakpoint
ALTER TABLE "commits" ADD CONSTRAINT "commits_repository_id_ref_id_refs_repository_id_id_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "content_chunks" ADD CONSTRAINT "content_chunks_repository_id_digest_contents_repository_id_digest_fk" FOREIGN KEY ("repository_id","digest") REFERENCES "public"."contents"("repository_id","digest") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contents" ADD CONSTRAINT "contents_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_repository_id_ref_id_refs_repository_id_id_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_repository_id_digest_contents_repository_id_digest_fk" FOREIGN KEY ("repository_id","digest") REFERENCES "public"."contents"("repository_id","digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "readings" ADD CONSTRAINT "readings_repository_id_digest_contents_repository_id_digest_fk" FOREIGN KEY ("repository_id","digest") REFERENCES "public"."contents"("repository_id","digest") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refs" ADD CONSTRAINT "refs_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_repository_id_ref_id_refs_repository_id_id_fk" FOREIGN KEY ("repository_id","ref_id") REFERENCES "public"."refs"("repository_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "entries_alive" ON "entries" USING btree ("repository_id","ref_id","until");--> statement-breakpoint
CREATE INDEX "entries_test" ON "entries" USING btree ("repository_id","ref_id","test_id");--> statement-breakpoint
CREATE INDEX "entries_model" ON "entries" USING btree ("repository_id","ref_id","model","path");--> statement-breakpoint
CREATE INDEX "entries_hash" ON "entries" USING btree ("repository_id","ref_id","hash");--> statement-breakpoint
CREATE INDEX "entries_digest" ON "entries" USING btree ("repository_id","digest");--> statement-breakpoint
CREATE UNIQUE INDEX "refs_name" ON "refs" USING btree ("repository_id","kind","name");--> statement-breakpoint
CREATE UNIQUE INDEX "repositories_name" ON "repositories" USING btree (lower("owner"),lower("name"));