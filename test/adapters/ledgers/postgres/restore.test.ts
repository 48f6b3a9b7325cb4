import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { runCli } from '../../../../src/cli/program.ts'
import { loadConfig } from '../../../../src/config/load.ts'
import { writeConfig } from '../../../../src/demo/stage.ts'
import { createService } from '../../../../src/service.ts'
import { createWorld, type World } from '../../../../src/simulator/world.ts'
import { createTerminal } from '../../../cli/terminal.ts'
import { createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { findDebianPostgres } from '../../../postgres/debian.ts'
import { rolesIn, type Roles } from '../../../postgres/roles.ts'
import { startPostgres } from '../../../postgres/server.ts'
import { until } from '../../../until.ts'

// The way back of docs/postgresql.md, lived by the real service as the role that may only write.

/** A database with a ledger, and the folder of a service on it. */
interface Place extends Roles {
  database: TestDatabase
  /** The configuration. */
  file: string
}

interface Way {
  /** Keeps what stands in the ledger now. */
  backUp: (from: Place, file: string) => Promise<void>
  /** It brings the schema with it. */
  withoutSchema?: true
  /** Puts it into a database that is new. */
  restore: (to: Place, file: string) => Promise<void>
}

const LEDGER = '{ type: postgres, urlFile: url, ownerUrlFile: owner-url, poolSize: 3, leaseSeconds: 3 }'

async function kedge(...args: string[]): Promise<string> {
  const terminal = createTerminal()
  expect([args, await runCli(args, terminal), terminal.err()]).toEqual([args, 0, ''])
  return terminal.out()
}

async function placeFor(world: World, database: TestDatabase, folder: string, urls: Roles): Promise<Place> {
  await writeFile(join(folder, 'url'), urls.writer)
  await writeFile(join(folder, 'owner-url'), urls.owner)
  return { database, file: await writeConfig({ world, folder, port: 0, ledger: LEDGER }), ...urls }
}

async function headOf({ file }: Place): Promise<{ records: number; head: string }> {
  return JSON.parse(await kedge('ledger', 'verify', '--config', file, '--output', 'json')) as { records: number; head: string }
}

interface Awaited {
  /** Done once it is ready. */
  deed?: () => Promise<unknown>
  /** The state of the one revert. */
  state?: string
}

/** Starts the service there, waits until it is ready and that state stands in the ledger, and ends it. @returns its metrics */
async function serve({ file, database }: Place, { deed, state }: Awaited): Promise<string> {
  const { config, secrets } = loadConfig({ file, env: {} })
  await using service = await createService(config, secrets)
  await service.ready()
  await until(async () => (await fetch(`${service.apiUrl}/readyz`)).ok || undefined, { what: 'ready', timeoutMs: 30_000 })
  await deed?.()
  const look = async (): Promise<true | undefined> => {
    await using ledger = await readPostgresLedger(database.options)
    const states = (await ledger.load('revert', { limit: 9 })).map(({ document }) => document.state)
    return states.join() === (state ?? '') || undefined
  }
  await until(look, { what: `a revert that is ${state}`, timeoutMs: 60_000, everyMs: 500 })
  return await (await fetch(`${service.apiUrl}/metrics`)).text()
}

/**
 * Before a release, a backup; after it failed, another one. Each is restored into a database that is new, and the service goes on there.
 * @returns how many PRs there are at the end
 */
async function live(server: string | undefined, way: Way): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await createWorld())
  const newPlace = async (restored?: { names: Roles['names']; withoutSchema: boolean }): Promise<Place> => {
    const folder = await mkdtemp(join(tmpdir(), 'kedge-postgres-restore-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const database = await createDatabase(server)
    return placeFor(world, database, folder, await rolesIn(database, restored))
  }
  const first = await newPlace()
  const [older, newest] = [`${first.file}.older`, `${first.file}.newest`]
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  await serve(first, {})
  await way.backUp(first, older)
  const before = await headOf(first)
  world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
  await serve(first, { deed: () => world.commitImage('v1.8.0', 'alice'), state: 'open' })
  await way.backUp(first, newest)
  const after = await headOf(first)
  expect(after.records).toBeGreaterThan(before.records)

  const empty = { names: first.names, withoutSchema: way.withoutSchema === true }
  const [behind, whole] = [await newPlace(empty), await newPlace(empty)]
  await way.restore(behind, older)
  await way.restore(whole, newest)
  expect([await headOf(behind), await headOf(whole)]).toEqual([before, after])

  expect(await serve(behind, { state: 'open' })).toContain('kedge_pull_requests_total{outcome="found"} 1\n')
  expect(world.repository.pulls.size).toBe(1)
  const [number = 0] = world.repository.pulls.keys()
  expect(await serve(whole, { deed: () => world.mergePullRequest(number, 'ana'), state: 'ended' })).not.toContain('outcome="found"')
  await serve(behind, { state: 'ended' })
  for (const [place, { records, head }] of [[behind, before] as const, [whole, after] as const]) {
    expect((await headOf(place)).records).toBeGreaterThan(records)
    await kedge('ledger', 'verify', '--config', place.file, '--expect-head', `${records}:${head}`)
  }
  return world.repository.pulls.size
}

const WITHOUT_DEBIAN = ' (skipped: no PostgreSQL of Debian’s packages)'
const PAGE = readFileSync(new URL('../../../../docs/postgresql.md', import.meta.url), 'utf8')

/** A block of shell of the page, as it stands there. */
function block(name: string): string {
  const text = new RegExp(`\`\`\`sh ${name}\\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1]
  if (text === undefined) throw new Error(`docs/postgresql.md has no block ${name}`)
  return text
}

describe.runIf(hasPostgres)('a ledger in PostgreSQL that is restored', () => {
  it('from an export goes on where it ended, and where it is older than the forge opens no second PR', { timeout: 180_000 }, async () => {
    const pulls = await live(undefined, {
      backUp: async ({ file }, to) => writeFile(to, await kedge('ledger', 'export', '--config', file)),
      restore: async ({ file }, from) => void (await kedge('ledger', 'import', from, '--config', file)),
    })
    expect(pulls).toBe(1)
  })

  const debian = findDebianPostgres()
  it.runIf(debian)(
    `by the page’s pg_dump and psql goes on, too, in a database that has its roles and no schema${debian ? '' : WITHOUT_DEBIAN}`,
    { timeout: 180_000 },
    async () => {
      await using server = await startPostgres([], tmpdir(), debian)
      const run = async (name: string, env: Readonly<Record<string, string>>): Promise<void> => {
        const PATH = [join(debian ?? '', 'bin'), process.env['PATH']].join(delimiter)
        await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', block(name)], { env: { PATH, LC_ALL: 'C', ...env } })
      }
      const pulls = await live(server.url(), {
        withoutSchema: true,
        backUp: ({ owner }, FILE) => run('dump', { OWNER_URL: owner, FILE }),
        restore: ({ database }, FILE) => run('restore', { ADMIN_URL: database.url, FILE }),
      })
      expect(pulls).toBe(1)
    },
  )
})
