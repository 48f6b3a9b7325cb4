import { expect, it } from 'vitest'
import { isMigration } from '../../../src/domain/application/migrations.ts'

it.for([
  'db/migrations/1.sql',
  'services/web/src/Migrations/V2.cs',
  'db/migrate/2.rb',
  'db/post_migrate/2.rb',
  'db-migrations/1.sql',
  'api/db_migrations/1.sql',
  'dbmigrations/1.sql',
  'migrations-postgres/2.sql',
  'db/migrations.d/2.sql',
  'prisma/migrations/2_add/migration.sql',
  'priv/repo/migrations/2_add.exs',
  'shop/migrations/0002_add.py',
  'sql/V2__add.sql',
  'schema/V002__a.sql',
  'a/V1_2.3__a.sql',
  'a/U2__undo.sql',
  'a/B2__base.sql',
  'a/R__views.sql',
  'src/main/java/db/V3__Add.java',
  'drizzle/0002_x.sql',
  'drizzle/meta/_journal.json',
  'deploy/add.sql',
  'revert/add.sql',
  'sqitch.plan',
  'db/2_x.up.sql',
  'a/000002_x.down.sql',
  'a/2_x.up.json',
  'a/00002_rename_root.sql',
  'a/20240131120000-add.sql',
  'db/versions/2.py',
  'storage/versions/1975ea83b712_create_account.py',
  'storage/versions/2024_05_01_1012-ae1027a6acf8_add.py',
  'alembic/versions/2.py',
  'atlas/2.sql',
  'a/atlas.sum',
  'database/changes/2.sql',
  'db/changelog/1.xml',
  'db/changelog/db.changelog-2.yaml',
  'src/main/resources/changelog-1.2.xml',
  'a/dbchangelog.xml',
  'a/changelog-master.yaml',
  'flyway/sql/x.sql',
  'overlays/test/migrations/1.sql',
  'apps/docs/db/migrate/1.rb',
  'docs/database/updates/1.sql',
  'db/fixtures/001_seed.sql',
  'tests/001_add.sql',
])('%s is a migration', (path) => {
  expect(isMigration(path)).toBe(true)
})

it.for([
  'docs/changelog/1.xml',
  'changelogs/unreleased/1.yml',
  'changelog.yaml',
  'apps/immigrate/rollout.yaml',
  'migrations.sql',
  'docs/migration/README.md',
  'docs/migrations-old/guide.rst',
  'apps/migrator/rollout.yaml',
  'deploy/rollout.yaml',
  'deploy/production/kustomization.yaml',
  'apps/web/deploy/values.yaml',
  'revert/values.yaml',
  'versions/prod.yaml',
  'versions/db/2.py',
  'src/versions/api.py',
  'apps/changes/rollout.yaml',
  'apps/patches/image.yaml',
  'charts/db/templates/statefulset.yaml',
  'src/drizzle/schema.ts',
  'apps/web/V2.yaml',
  'apps/web/01-rollout.yaml',
  'apps/web/2024_rollout.yaml',
  'scale.up.yaml',
  'queries/users.sql',
  'test/fixtures/001_seed.sql',
  'spec/unit/fixtures/migrations/1.sql',
  'src/__tests__/001_seed.sql',
  'pkg/store/testdata/1_x.up.sql',
  'docs/database/updates/x.png',
  'docs/migrations/order.svg',
])('%s is none', (path) => {
  expect(isMigration(path)).toBe(false)
})

it.for([
  ['apps/data-migration/rollout.yaml', false],
  ['apps/data-migration/overlays/prod/kustomization.yaml', false],
  ['apps/data-migration/V2__add.sql', true],
  ['apps/data-migration/add.sql', true],
  ['apps/data-migration/migrations/add.yaml', true],
  ['apps/other-migration/rollout.yaml', true],
] as const)('manifests in a folder that bears the name of the Rollout, data-migration, are none: %s', ([path, expected]) => {
  expect(isMigration(path, 'data-migration')).toBe(expected)
})

it('a path as long as no tool writes one is none, and costs nothing', () => {
  expect(isMigration(`V${'1.'.repeat(500_000)}__a.sql`)).toBe(false)
  const long = (length: number): string => `db/migrations/${'a'.repeat(length - 14)}`
  expect([isMigration(long(4_096)), isMigration(long(4_097))]).toEqual([true, false])
})
