import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { caFile } from '../../../options/certificates.ts'
import { path } from '../../../options/file.ts'
import type { LedgerManifest, LedgerSite, SecretReader } from '../../../ports/manifest.ts'
import { nameOf, readAddress, type Address } from './address.ts'
import type { DatabaseOptions } from './database.ts'
import type { PostgresLedgerOptions } from './postgres-ledger.ts'

const seconds = z.number().max(3_600)

const config = z.strictObject({
  urlFile: path.optional().describe('File with the URL of the database: `postgresql://user:password@host:5432/name`.'),
  ownerUrlFile: path.optional().describe('File with the URL for migrations, where another role owns the tables.'),
  caFile,
  poolSize: z.int().min(2).max(100).default(5).describe('Connections at most, beside the one that renews the right to write.'),
  connectTimeoutSeconds: seconds.positive().default(10).describe('How long a connection may take to be made.'),
  statementTimeoutSeconds: seconds.positive().default(30).describe('How long one statement may take.'),
  leaseSeconds: seconds
    .min(3)
    .max(60)
    .default(6)
    .describe('For how long the right to lead is taken: how long a dead replica keeps the next one waiting.'),
})

type Options = z.output<typeof config>

/** Where it is and how Kedge signs in there, and every text of that which is a secret. */
export interface PostgresCredential {
  address: Address
  owner: Address | undefined
  secrets: readonly string[]
}

/** PostgreSQL, for several processes. */
export const postgres: LedgerManifest<Options, PostgresCredential> = {
  id: 'postgres',
  name: 'PostgreSQL',
  config,
  // Its files are those of secrets, and the authority is read with them.
  located: (options) => options,
  credential({ urlFile, ownerUrlFile, caFile: certificates }, reader) {
    const before = reader.faults
    const authority = certificates === undefined ? undefined : reader.read(['caFile'], certificates, '')
    const url = readUrl(reader, { key: 'urlFile', file: urlFile, variable: 'KEDGE_LEDGER_URL' }, authority)
    const owner = readUrl(reader, { key: 'ownerUrlFile', file: ownerUrlFile, variable: 'KEDGE_LEDGER_OWNER_URL' }, authority)
    if (!url && reader.faults === before)
      reader.fault(['urlFile'], 'must name the file with the URL of the database, or KEDGE_LEDGER_URL must hold it')
    if (!url || reader.faults > before) return undefined
    return { address: url.address, owner: owner?.address, secrets: [...url.secrets, ...(owner?.secrets ?? [])] }
  },
  secretsIn: ({ secrets }) => secrets,
  placeOf: () => 'PostgreSQL',
  isSamePlace: (before, after) => nameOf(before.address) === nameOf(after.address),
  async open(options, credential, site) {
    const { openPostgresLedger } = await import('./postgres-ledger.ts')
    return openPostgresLedger(writing(options, credential, site))
  },
  async openShared(options, credential, site) {
    const { openSharedPostgresLedger } = await import('./postgres-ledger.ts')
    return openSharedPostgresLedger(writing(options, credential, site))
  },
  async openToRead(options, credential) {
    const { readPostgresLedger } = await import('./postgres-ledger.ts')
    return readPostgresLedger(connection(options, credential))
  },
  async examine(options, credential) {
    const { examinePostgres } = await import('./doctor.ts')
    return examinePostgres(() => connection(options, credential))
  },
}

interface UrlKey {
  key: string
  file: string | undefined
  variable: string
}

function readUrl(reader: SecretReader, { key, file, variable }: UrlKey, authority: string | undefined) {
  const url = reader.read([key], file, variable)
  if (url === undefined) return undefined
  const address = readAddress(url, authority)
  if ('wrong' in address) {
    reader.fault([key], address.wrong)
    return undefined
  }
  const { password } = address
  return { address, secrets: password === '' ? [url] : [url, password, new URL(url).password] }
}

function writing(options: Options, credential: PostgresCredential, site: LedgerSite<PostgresCredential>): PostgresLedgerOptions {
  return {
    ...connection(options, credential),
    owner: credential.owner,
    signsIn: followAddress(credential, site),
    leaseMs: options.leaseSeconds * 1_000,
    holder: `${hostname()} ${randomUUID().slice(0, 8)}`,
    clock: site,
    random: site.random,
  }
}

/** Another database is another ledger: that one is opened at the next start. */
function followAddress(credential: PostgresCredential, site: LedgerSite<PostgresCredential>): () => Address {
  let { address } = credential
  return () => {
    const now = site.signsIn?.().address ?? address
    if (nameOf(now) === nameOf(address)) address = now
    return address
  }
}

/** @throws KedgeError E_LEDGER_OPEN: the command did without secrets that are missing */
function connection(options: Options, credential: PostgresCredential | undefined): DatabaseOptions {
  if (!credential) {
    throw new KedgeError('E_LEDGER_OPEN', 'the URL of the database is missing or wrong; `kedge config validate` says what it lacks')
  }
  return {
    address: credential.address,
    poolSize: options.poolSize,
    connectTimeoutMs: options.connectTimeoutSeconds * 1_000,
    statementTimeoutMs: options.statementTimeoutSeconds * 1_000,
  }
}
