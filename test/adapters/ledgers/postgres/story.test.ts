import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { loadConfig } from '../../../../src/config/load.ts'
import { secretTexts } from '../../../../src/config/secrets.ts'
import { writeConfig } from '../../../../src/demo/stage.ts'
import { createService } from '../../../../src/service.ts'
import { createWorld } from '../../../../src/simulator/world.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { rolesIn } from '../../../postgres/roles.ts'
import { createReadRecorder } from '../../../service/read-recorder.ts'
import { holds } from '../../../until.ts'

const LEDGER = `{ type: postgres, urlFile: url, ownerUrlFile: owner-url, caFile: ca.pem, poolSize: 3, connectTimeoutSeconds: 5,
  statementTimeoutSeconds: 5, leaseSeconds: 3 }`

describe.runIf(hasPostgres)('a release on a ledger in PostgreSQL', () => {
  it('goes from its failure to a PR and a card, is in the chain, and every key of the ledger is read', { timeout: 60_000 }, async () => {
    await using stack = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'kedge-postgres-story-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const world = stack.use(await createWorld())
    const database = await createDatabase()
    const { writer, owner } = await rolesIn(database)
    await writeFile(join(folder, 'url'), writer)
    await writeFile(join(folder, 'owner-url'), owner)
    await writeFile(join(folder, 'ca.pem'), 'not asked for on loopback')
    const loaded = loadConfig({ file: await writeConfig({ world, folder, port: 0, ledger: LEDGER }), env: {} })
    const recorder = createReadRecorder()
    const config = {
      ...loaded.config,
      ledger: { ...loaded.config.ledger, options: recorder.watch('options', loaded.config.ledger.options as object) },
    }
    expect(secretTexts(loaded.secrets)).toEqual(expect.arrayContaining([writer, owner, 'change-me']))
    {
      await using service = await createService(config, loaded.secrets)
      await service.ready()
      await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy')
      world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
      await world.commitImage('v1.8.0', 'alice')
      await holds('a PR and a card', () => world.repository.pulls.size > 0 && world.slack.messages.length > 0, 30_000)
    }
    await using ledger = await readPostgresLedger(database.options)
    const verdict = await ledger.verify()
    expect(verdict).toMatchObject({ intact: true })
    expect((await ledger.load('revert', { limit: 9 })).map(({ document }) => document.state)).toEqual(['open'])
    expect(await database.ask('SELECT until <= now() AS over FROM kedge.leader')).toEqual([{ over: true }])
    // The URLs and the authority are read with the secrets.
    expect(recorder.unread()).toEqual(['options.urlFile', 'options.ownerUrlFile', 'options.caFile'])
    expect(await readFile(join(folder, 'kedge.yaml'), 'utf8')).not.toContain('change-me')
  })
})
