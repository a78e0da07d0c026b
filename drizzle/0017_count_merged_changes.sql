-- What earlier builds counted from the verdicts of promoted pull requests. Promotions count it from now on.
INSERT INTO "weekly_changes" ("repository_id", "week", "model", "behaviour", "content", "errors")
SELECT p."repository_id", date_trunc('week', p."promoted_at" AT TIME ZONE 'UTC')::date, coalesce(c."model", ''),
	count(*) FILTER (WHERE c."level" = 'BEHAVIOUR'), count(*) FILTER (WHERE c."level" = 'CONTENT'),
	count(*) FILTER (WHERE c."failure" IN ('ERROR', 'TOOL_ERROR'))
FROM "promotions" p
JOIN "repositories" r ON r."id" = p."repository_id"
JOIN "refs" b ON b."repository_id" = p."repository_id" AND b."id" = p."branch_ref_id" AND b."name" = r."default_branch"
JOIN "verdict_changes" c ON c."repository_id" = p."repository_id" AND c."ref_id" = p."ref_id"
GROUP BY 1, 2, 3
HAVING bool_or(c."level" IN ('BEHAVIOUR', 'CONTENT') OR c."failure" IN ('ERROR', 'TOOL_ERROR'));
