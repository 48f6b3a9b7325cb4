import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { readAddress } from '../../../../src/adapters/ledgers/postgres/address.ts'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { blocksOf, parseObjects, theOne, type Manifest } from '../../../chart/render.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { findKubectl, openPageShell } from '../../../service/page-shell.ts'

// What docs/cloudnativepg.md has people apply fits together, and its SQL gives the two roles what Kedge needs. The chart's tests render its
// values. No operator is run.

const PAGE = 'cloudnativepg.md'
const objects = blocksOf(PAGE, '# kubectl apply').flatMap(parseObjects)
const named = (kind: string, name: string): Manifest =>
  theOne(
    objects.filter(({ metadata }) => metadata.name === name),
    kind,
  )
const cluster = named('Cluster', 'kedge-db')
const restored = named('Cluster', 'kedge-db-2')
const [values] = blocksOf(PAGE, '# values.yaml').map((yaml) => parse(yaml) as Manifest)

it('everything on the page names what stands there, too', () => {
  const [store, pooler, backup] = [
    theOne(objects, 'ObjectStore'),
    named('Pooler', 'kedge-db-pooler'),
    named('ScheduledBackup', 'kedge-db-nightly'),
  ]
  expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['kedge']))
  expect([pooler.spec.cluster.name, backup.spec.cluster.name]).toEqual(['kedge-db', 'kedge-db'])
  // The one mode of a pooler that Kedge is tried with; and its name is in the certificate that it shows.
  expect(pooler.spec.pgbouncer.poolMode).toBe('transaction')
  expect(cluster.spec.certificates.serverAltDNSNames).toEqual([`${pooler.metadata.name}.kedge.svc`])
  const [before] = restored.spec.externalClusters
  const stores = [cluster.spec.plugins[0].parameters, restored.spec.plugins[0].parameters, before.plugin.parameters]
  expect(stores.map(({ barmanObjectName }: Manifest) => barmanObjectName)).toEqual(Array(3).fill(store.metadata.name))
  expect([restored.spec.bootstrap.recovery.source, before.plugin.parameters.serverName]).toEqual([before.name, 'kedge-db'])
  expect(restored.spec.managed).toEqual(cluster.spec.managed)
  expect(values?.extraVolumes[0].secret).toEqual({ secretName: 'kedge-db-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] })
  expect(values?.config.ledger.caFile).toBe(`${values?.extraVolumeMounts[0].mountPath}/ca.crt`)
})

it.runIf(findKubectl())('the Secrets that its shell makes are those that Cluster and chart name, with URLs that Kedge reads', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-cloudnativepg-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const page = await readFile(new URL('../../../../docs/cloudnativepg.md', import.meta.url), 'utf8')
  await (await openPageShell(folder)).run(/```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
  const secrets = parseObjects(await readFile(join(folder, 'created.yaml'), 'utf8'))
  const textIn = (name: string | undefined, key: string): string =>
    Buffer.from(secrets.find(({ metadata }) => metadata.name === name)?.data[key] ?? '', 'base64').toString()
  const { initdb } = cluster.spec.bootstrap
  const [writer] = cluster.spec.managed.roles
  const keyOf = (file: string): string => file.replace(/^\/etc\/kedge\/ledger\//, '')
  const { urlFile, ownerUrlFile } = values?.config.ledger ?? {}
  for (const { role, secret, file } of [
    { role: initdb.owner, secret: initdb.secret.name, file: ownerUrlFile },
    { role: writer.name, secret: writer.passwordSecret.name, file: urlFile },
  ]) {
    expect(secrets.find(({ metadata }) => metadata.name === secret)?.type).toBe('kubernetes.io/basic-auth')
    const password = textIn(secret, 'password')
    expect([textIn(secret, 'username'), password]).toEqual([role, expect.stringMatching(/^[0-9a-f]{48}$/)])
    const url = textIn(values?.credentials.ledger.existingSecret, keyOf(file))
    expect(url).toBe(`postgresql://${role}:${password}@kedge-db-rw.kedge.svc:5432/${initdb.database}`)
    expect(readAddress(url, undefined)).not.toHaveProperty('wrong')
  }
})

describe.runIf(hasPostgres)('the SQL of the page', () => {
  it('makes a writer that may add to the journal, and not change it', async () => {
    const database = await createDatabase()
    const suffix = database.address.database.slice(5)
    const own = (sql: string): string => sql.replaceAll(/kedge_(?:owner|writer)/g, `$&_${suffix}`)
    const { initdb } = cluster.spec.bootstrap
    const [{ name, login }] = cluster.spec.managed.roles
    // As the operator does: the owner and its database, then the SQL as a superuser, then the managed roles with their passwords.
    await database.ask(own(`CREATE ROLE ${initdb.owner} LOGIN PASSWORD 'change-me'`))
    await database.ask(own(`ALTER DATABASE ${database.address.database} OWNER TO ${initdb.owner}`))
    for (const sql of initdb.postInitApplicationSQL)
      await database.ask(own(sql).replaceAll('DATABASE kedge ', `DATABASE ${database.address.database} `))
    await database.ask(own(`ALTER ROLE ${name} ${login ? 'LOGIN' : 'NOLOGIN'} PASSWORD 'change-me'`))
    const urlOf = (user: string): string => Object.assign(new URL(database.url), { username: own(user), password: 'change-me' }).href
    const [owner, writer] = [addressOf(urlOf(initdb.owner)), addressOf(urlOf(name))]
    {
      await using ledger = await openPostgresLedger({ ...database.options, address: writer, owner })
      await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 1 })
    }
    // Without the owner, too, once the tables are there.
    await using ledger = await openPostgresLedger({ ...database.options, address: writer })
    await ledger.append([releaseEntry(aRelease({ key: 'r2' }))])
    for (const sql of ['UPDATE kedge.record SET at = 1', 'DELETE FROM kedge.record', 'CREATE TABLE kedge.x ()', 'DROP SCHEMA kedge'])
      await expect(database.ask(own(`SET ROLE ${name}; ${sql}`))).rejects.toThrow(/permission denied|must be owner/)
  })
})
