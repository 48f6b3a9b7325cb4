/** How the files of a tool that changes databases are told, by names alone: of a folder that they lie in, and their own. */
interface Convention {
  /** A folder on the way, in lower case, and one that has to be above it. */
  folder?: RegExp
  below?: RegExp
  /** The file's own name, as it is written. */
  file?: RegExp
}

const DATABASES = /^(?:db|dbs|database|databases|sql|schema|schemas|liquibase|postgres|mysql)$/
const SQL = /\.sql$/i

/**
 * One row, or a few, for each convention, with where it is written down. A folder named `deploy`, `versions` or `changes` is mostly no
 * database's: there only what else is named as its tool does counts.
 */
const CONVENTIONS: readonly Convention[] = [
  // Rails `db/migrate`, Prisma `prisma/migrations`, Django, Laravel, knex, Sequelize, TypeORM, Ecto, EF Core, Hasura, goose, dbmate, sqlx.
  { folder: /^(?:[\w.-]*[-_.])?(?:migrations?|migrate)$/ },
  { folder: /^(?:db|database|sql|schema)(?:migrations?|migrate)$/ },
  // `migrations-postgres`, `migrations.d`, and the like: one folder for each database.
  { folder: /^(?:[\w.-]*[-_.])?migrations[-_.][\w.-]+$/ },
  { folder: /^(?:flyway|liquibase|alembic)$/ },
  // Flyway, "Versioned Migrations", "Undo", "Baseline" and "Repeatable Migrations": prefix, version, two underscores, words.
  { file: /^(?:[VUB]\d+(?:[._]\d+)*|R)__.*\.(?:sql|java|kt|groovy|py|sh|bash|bat|cmd|ps1)(?:\.conf)?$/ },
  // golang-migrate, MIGRATIONS.md: `{version}_{title}.up.{extension}`; sqlx and bun take the same.
  { file: /\.(?:up|down)\.(?:sql|cql|cypher|surql)$/i },
  { file: /^\d+_.*\.(?:up|down)\.[a-z]+$/i },
  // goose, dbmate, tern, node-pg-migrate, Drizzle: `00002_rename_root.sql`, `20240131120000_add.sql`.
  { file: /^\d{3,}[-_].*\.sql$/i },
  // drizzle-kit, `out`: `drizzle/0002_x.sql`, `drizzle/meta/_journal.json`.
  { folder: /^drizzle$/, file: SQL },
  { folder: /^meta$/, below: /^drizzle$/ },
  // sqitch, sqitchtutorial: `sqitch.plan`, and scripts in `deploy/`, `revert/`.
  { file: /^sqitch\.plan$/ },
  { folder: /^(?:deploy|revert)$/, file: SQL },
  // Alembic, "The Migration Environment": `versions/`, `file_template = %%(rev)s_%%(slug)s`, the revision 12 hexadecimal digits.
  { folder: /^versions$/, below: DATABASES },
  { folder: /^versions$/, file: /(?:^|[-_])[0-9a-f]{12}[-_].*\.py$/i },
  // Atlas, "Migration Directory Integrity": `atlas.sum` beside the scripts.
  { file: /^atlas\.sum$/ },
  { folder: /^atlas$/, file: SQL },
  // Liquibase, "What is a changelog?": `db/changelog/db.changelog-master.yaml`, `dbchangelog.xml`, `changelog.sql`.
  { folder: /^change-?logs?$/, below: DATABASES },
  { file: /^(?:db|database|root|master)[-_.]?change-?log.*\.(?:xml|ya?ml|json|sql)$/i },
  { file: /^change-?log(?:[-_.].*)?\.(?:xml|sql)$/i },
  { file: /^change-?log[-_.]?(?:root|master|db)\b.*\.(?:ya?ml|json)$/i },
  // Folders of scripts beside a database, whatever runs them.
  { folder: /^(?:changes|change-?sets?|deltas?|patches|updates|upgrades|evolutions)$/, below: DATABASES },
]

/** What people read there, or look at. */
const PROSE = /\.(?:md|txt|adoc|rst|png|jpe?g|gif|svg|webp|ico|pdf|drawio|puml)$/i
/** What only tests read. A folder named `test` by itself may be an environment, and one named `docs` a service. */
const TEST_DATA = /(?:^|\/)(?:testdata|test[-_]data|__tests__|__fixtures__|(?:tests?|specs?|e2e)\/(?:[^/]+\/)*fixtures?)\//i
/** No name that somebody means is longer: what is, is held against nothing. */
const LONGEST = 4_096

/**
 * Whether a file is one of a database's migrations, by the conventions of the tools that run them, and is not what people or tests read.
 * `rollout`: a folder that bears its name holds its manifests, whatever the service is called.
 */
export function isMigration(path: string, rollout = ''): boolean {
  if (path.length > LONGEST || PROSE.test(path) || TEST_DATA.test(path)) return false
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  const isOwn = (folder: string): boolean => folder === rollout && /\.(?:ya?ml|json|tpl)$/.test(name)
  const folders = parts.filter((folder) => !isOwn(folder)).map((folder) => folder.toLowerCase())
  return CONVENTIONS.some(({ folder, below, file }) => {
    if (file && !file.test(name)) return false
    if (!folder) return true
    return folders.some((one, index) => folder.test(one) && (!below || folders.slice(0, index).some((above) => below.test(above))))
  })
}
