import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { publicHalf, type PublicKey } from '../adapters/signing/keys.ts'
import { proveNotes, type Witness } from '../adapters/signing/prove.ts'
import { readNotes } from '../adapters/signing/read-notes.ts'
import type { LoadedConfig } from '../config/load.ts'
import { failure, ok, warn, type Finding } from '../ports/finding.ts'
import type { LedgerHead } from '../ports/ledger.ts'
import { checkFolder } from './check-local.ts'

const SUBJECT = 'checkpoints'

/** The key that signs, by the id of its public half; whether its places can be written to, and what is there. Nothing without one. */
export async function checkSigning({ config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>): Promise<readonly Finding[]> {
  const { checkpoints, manifest, options } = config.ledger
  if (!checkpoints || !secrets.signingKey) return []
  const key = publicHalf(secrets.signingKey)
  const findings = [ok(SUBJECT, `the key is there, can sign, and others cannot read it; its public half has the SHA-256 ${key.id}`)]
  const { folder, file } = checkpoints
  if (folder !== undefined) findings.push(checkFolder(SUBJECT, folder))
  if (file !== undefined) findings.push(checkFolder(SUBJECT, (await isThere(file)) ? file : dirname(file)))
  try {
    await using ledger = await manifest.openToRead(options, secrets.ledger)
    const head = await ledger.head()
    for (const place of [folder, file]) if (place !== undefined) findings.push(...(await look(place, key, head)))
  } catch (fault) {
    // Of a ledger that cannot be read its own check tells; there may be none yet.
    if (await isThere(folder ?? file ?? '')) findings.push(failure(SUBJECT, fault))
  }
  return findings
}

async function look(place: string, key: PublicKey, head: LedgerHead | undefined): Promise<readonly Finding[]> {
  if (!(await isThere(place))) return []
  const { witnesses, faults } = proveNotes(await readNotes(place), [key])
  const newest = witnesses.reduce<Witness | undefined>(
    (best, one) => (best && best.head.sequence >= one.head.sequence ? best : one),
    undefined,
  )
  if (newest && newest.head.sequence > (head?.sequence ?? 0))
    return [
      warn(
        SUBJECT,
        `${newest.where} is of record ${newest.head.sequence}, and the ledger ends at ${head?.sequence ?? 0}`,
        'After a restore, give checkpoints another `origin` and place. Else see E_LEDGER_TRUNCATED in docs/runbook.md.',
      ),
    ]
  const byOthers = faults.length > 0 ? `; ${faults.length} are by other keys, or cannot be read` : ''
  return [ok(SUBJECT, `${place} has ${witnesses.length} by this key${newest ? `, up to record ${newest.head.sequence}` : ''}${byOthers}`)]
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
