import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Readiness } from '../../../../src/api/contract.ts'
import type { Service } from '../../../../src/service.ts'
import { createWorld } from '../../../../src/simulator/world.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { replicaFolder, startReplica, untilLeaderIs } from '../../../postgres/replicas.ts'
import { until } from '../../../until.ts'

async function says({ apiUrl }: Service, condition: string): Promise<Readiness['conditions'][number] | undefined> {
  const { conditions } = (await (await fetch(`${apiUrl}/readyz`)).json()) as Readiness
  return conditions.find(({ name }) => name === condition)
}

/** On a busy machine the server may be slow for a moment, which is told. */
async function untilItWrites(service: Service): Promise<void> {
  await until(async () => ((await says(service, 'ledger'))?.ok ? true : undefined), { what: 'it can write', timeoutMs: 20_000 })
}

it.runIf(hasPostgres)(
  'a password that was rotated holds without a restart; another database waits for one, and that is told',
  { timeout: 120_000 },
  async () => {
    await using stack = new AsyncDisposableStack()
    const world = stack.use(await createWorld())
    const database = await createDatabase()
    const role = `rotating_${database.address.database}`
    await database.ask(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD 'first'`)
    const urlOf = (password: string, more = {}): string => Object.assign(new URL(database.url), { username: role, password, ...more }).href
    const folder = await replicaFolder(stack)
    const service = await startReplica(stack, world, { url: urlOf('first'), folder })
    await untilLeaderIs(service, 'this')

    await writeFile(join(folder, 'url'), urlOf('second'))
    await database.ask(`ALTER ROLE ${role} PASSWORD 'second'`)
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}' AND backend_start < $1`
    const rotatedAt = new Date()
    await until(async () => ((await database.ask(end, [rotatedAt])).length === 0 ? true : undefined), {
      what: 'nobody is signed in with the first',
      timeoutMs: 20_000,
    })
    const anew = `SELECT pid FROM pg_stat_activity WHERE usename = '${role}' AND backend_start >= $1`
    await until(async () => ((await database.ask(anew, [rotatedAt])).length > 0 ? true : undefined), {
      what: 'it is signed in with the second',
      timeoutMs: 40_000,
    })
    await untilItWrites(service)
    await untilLeaderIs(service, 'this')
    expect(await says(service, 'configuration')).toMatchObject({ ok: true, detail: 'holds as it is written' })

    await writeFile(join(folder, 'url'), urlOf('second', { pathname: 'another' }))
    const detail = 'waits for the next start: ledger (its URL names another database)'
    await until(async () => ((await says(service, 'configuration'))?.detail === detail ? true : undefined), {
      what: 'that it waits',
      timeoutMs: 20_000,
    })
    await untilItWrites(service)
  },
)
