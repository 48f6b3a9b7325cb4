import { spawnSync } from 'node:child_process'
import { createPublicKey, verify as verifySignature, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { attestRelease } from '../../../src/adapters/signing/attest-release.ts'
import { openStatement, sealStatement } from '../../../src/adapters/signing/dsse.ts'
import { readPublicKey, type PublicKey } from '../../../src/adapters/signing/keys.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { readStatement } from '../../../src/domain/attest/read-statement.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { theRelease, theRevert } from '../../http/story.ts'
import { tempFolder } from '../ledgers/sqlite/temp.ts'
import { aSigner, ORIGIN, type TestSigner } from './signer.ts'
import { statementSchema } from './statement-schema.ts'

const SCHEMA = new URL('../../../docs/release-attestation.schema.json', import.meta.url)

let folder: ReturnType<typeof tempFolder>
let signer: TestSigner
let keys: readonly PublicKey[]
beforeEach(() => {
  folder = tempFolder()
  signer = aSigner(folder.file('public.pem'))
  keys = [readPublicKey(readFileSync(signer.publicFile, 'utf8'), 'public.pem')]
})
afterEach(() => folder[Symbol.dispose]())

async function attested(release: Release = theRelease(), revert = theRevert()): Promise<string> {
  await using ledger = createMemoryLedger({ clock: { now: () => 1 } })
  await ledger.append([releaseEntry({ ...release, state: 'rolling' })])
  await ledger.append([revertEntry(revert), releaseEntry(release)])
  return (await attestRelease(ledger, release.key, { origin: ORIGIN, signingKey: signer.privateKey })) ?? ''
}

/** As somebody writes it who has read the specification of DSSE, and nothing of Kedge. */
function openAsWritten(envelope: string, key: KeyObject): unknown {
  const { payloadType, payload, signatures } = JSON.parse(envelope) as {
    payloadType: string
    payload: string
    signatures: { sig: string }[]
  }
  const body = Buffer.from(payload, 'base64')
  const head = ['DSSEv1', Buffer.from(payloadType).length, payloadType, body.length, ''].join(' ')
  const ok = signatures.some(({ sig }) => verifySignature(null, Buffer.concat([Buffer.from(head), body]), key, Buffer.from(sig, 'base64')))
  return ok && payloadType === 'application/vnd.in-toto+json' ? JSON.parse(body.toString('utf8')) : undefined
}

it('docs/release-attestation.schema.json is the schema of what is signed (UPDATE_DOCS=1 writes it)', () => {
  const schema = `${JSON.stringify(z.toJSONSchema(statementSchema), null, 2)}\n`
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(SCHEMA, schema)
  expect(readFileSync(SCHEMA, 'utf8')).toBe(schema)
})

it('a release is said with its outcome, culprits, pull request and records, and is read by who knows DSSE and in-toto alone', async () => {
  const [release, revert] = [theRelease(), theRevert()]
  const statement = statementSchema.parse(openAsWritten(await attested(release, revert), createPublicKey(readFileSync(signer.publicFile))))
  expect(statement.subject).toEqual(revert.culprits.map(({ sha }) => ({ name: revert.repository, digest: { gitCommit: sha } })))
  expect(statement.predicate).toMatchObject({
    ledger: { origin: ORIGIN },
    rollout: { cluster: release.cluster, namespace: release.namespace, name: 'checkout', revision: 9 },
    outcome: release.outcome,
    cause: 'analysis-failed',
    git: { commit: release.revision, goodCommit: release.goodRevision, culprits: revert.culprits.map(({ sha }) => sha) },
    revert: { pullRequest: revert.pullRequest, branch: revert.branch },
  })
  expect(statement.predicate.ledger.records.map(({ kind, sequence }) => `${sequence} ${kind}`)).toEqual([
    '1 release',
    '2 revert',
    '3 release',
  ])
})

it('the same records give the same bytes', async () => {
  expect(await attested()).toBe(await attested())
})

it('subjects are the images that are named by digest, else the commit, else the record', async () => {
  const subjectsOf = async (fields: Partial<Release>) => {
    const release = theRelease({ revertKey: null, ...fields })
    return statementSchema.parse(openAsWritten(await attested(release), createPublicKey(readFileSync(signer.publicFile)))).subject
  }
  const hex = 'ab'.repeat(32)
  expect(await subjectsOf({ images: [`registry.example:5000/shop/app:v1@sha256:${hex}`, 'registry.example/side:v2'] })).toEqual([
    { name: 'registry.example:5000/shop/app', digest: { sha256: hex } },
  ])
  const revision = '9f31c2e4b7a81d5530f2c6a9e1b84d7702ac51f3' as CommitSha
  expect(await subjectsOf({ revision, repository: 'github.example/acme/gitops' })).toEqual([
    { name: 'github.example/acme/gitops', digest: { gitCommit: revision } },
  ])
  const ran = (of: 'release' | 'before', image: string, digests: readonly string[]) => ({ of, image, digests })
  const other = 'cd'.repeat(32)
  const ranImages = [
    ran('release', 'registry.example:5000/shop/app:v1', [`sha256:${hex}`, `sha256:${other}`]),
    ran('before', 'registry.example:5000/shop/app:v0', [`sha256:${'ef'.repeat(32)}`]),
  ]
  expect(await subjectsOf({ images: ['registry.example:5000/shop/app:v1'], ranImages })).toEqual(
    [hex, other].map((sha256) => ({ name: 'registry.example:5000/shop/app', digest: { sha256 } })),
  )
  // The same by its name and by its pods is one.
  expect(await subjectsOf({ images: [`registry.example:5000/shop/app@sha256:${hex}`], ranImages: ranImages.slice(1) })).toHaveLength(1)
  // A digest of the wrong length names nothing.
  expect(
    await subjectsOf({ images: [`registry.example/app@sha256:${hex}ab`], revision, repository: 'github.example/acme/gitops' }),
  ).toEqual([{ name: 'github.example/acme/gitops', digest: { gitCommit: revision } }])
  const [record] = await subjectsOf({ revision: null })
  expect(record).toEqual({ name: `${ORIGIN}/records/1`, digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string } })
})

it('openssl verifies the signature over what DSSE says is signed', async () => {
  const { payloadType, payload, signatures } = JSON.parse(await attested()) as Record<string, string> & {
    signatures: { sig: string; keyid: string }[]
  }
  const body = Buffer.from(payload ?? '', 'base64')
  writeFileSync(folder.file('pae'), Buffer.concat([Buffer.from(`DSSEv1 28 ${payloadType ?? ''} ${body.length} `), body]))
  writeFileSync(folder.file('signature'), Buffer.from(signatures[0]?.sig ?? '', 'base64'))
  const args = ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', signer.publicFile, '-in', folder.file('pae')]
  expect(spawnSync('openssl', [...args, '-sigfile', folder.file('signature')], { encoding: 'utf8' }).stdout).toBe(
    'Signature Verified Successfully\n',
  )
  const der = spawnSync('sh', ['-c', `openssl pkey -pubin -in '${signer.publicFile}' -outform DER | sha256sum`], {
    encoding: 'utf8',
  }).stdout
  expect(der.split(' ')[0]).toBe(signatures[0]?.keyid)
})

it('an envelope of which anything was changed is opened by nobody', async () => {
  const text = await attested()
  expect(openStatement(text, keys)).toMatchObject({ by: { id: keys[0]?.id } })
  const envelope = JSON.parse(text) as { payloadType: string; payload: string; signatures: { keyid: string; sig: string }[] }
  const bytes = Buffer.from(envelope.payload, 'base64')
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(openStatement(JSON.stringify({ ...envelope, payload: changed.toString('base64') }), keys)).toEqual({ wrong: 'signature' })
  }
  expect(openStatement(JSON.stringify({ ...envelope, payloadType: 'text/plain' }), keys)).toEqual({ wrong: 'form' })
  for (const not of [
    '',
    'null',
    '[]',
    '{}',
    '{"payloadType":1}',
    JSON.stringify({ ...envelope, signatures: [] }),
    JSON.stringify({ ...envelope, signatures: [null] }),
  ])
    expect(openStatement(not, keys)).toEqual({ wrong: 'form' })
  const other = readPublicKey(readFileSync(aSigner(folder.file('other.pem')).publicFile, 'utf8'), 'other.pem')
  expect(openStatement(text, [other])).toEqual({ wrong: 'unknown-key', ids: [keys[0]?.id] })
  // A key id is a hint: what is said to be by another is opened by whoever signed it.
  expect(
    openStatement(JSON.stringify({ ...envelope, signatures: [{ sig: envelope.signatures[0]?.sig, keyid: 'x' }] }), keys),
  ).toHaveProperty('payload')
})

it('a checkpoint is no statement: what the key signs there holds for nothing here', () => {
  const note = signer.note({ sequence: 1, hash: 'ab'.repeat(32) })
  const sig = Buffer.from(note.trimEnd().split(' ').at(-1) ?? '', 'base64')
    .subarray(4)
    .toString('base64')
  const payload = Buffer.from(note.split('\n\n')[0] ?? '').toString('base64')
  const envelope = JSON.stringify({ payloadType: 'application/vnd.in-toto+json', payload, signatures: [{ keyid: keys[0]?.id, sig }] })
  expect(openStatement(envelope, keys)).toEqual({ wrong: 'signature' })
})

it('a statement on something else is not taken for one on a release', () => {
  expect(readStatement('{}')).toBeUndefined()
  expect(readStatement('no JSON')).toBeUndefined()
  const sealed = sealStatement(
    '{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1"}',
    signer.privateKey,
  )
  const opened = openStatement(sealed, keys)
  expect(opened).toHaveProperty('payload')
  expect(readStatement('payload' in opened ? opened.payload : '')).toBeUndefined()
})

it('of a release that the ledger has not, nothing is signed', async () => {
  await using ledger = createMemoryLedger({ clock: { now: () => 1 } })
  expect(await attestRelease(ledger, 'none', { origin: ORIGIN, signingKey: signer.privateKey })).toBeUndefined()
})
