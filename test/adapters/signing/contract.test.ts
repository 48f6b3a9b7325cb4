import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { filePlace, folderPlace } from '../../../src/adapters/signing/places.ts'
import { createSigning } from '../../../src/adapters/signing/signing.ts'
import type { CheckpointPlace } from '../../../src/ports/signing.ts'
import { describeCheckpointPlace, type CheckpointPlaceWorld } from '../../contract/checkpoint-place.ts'
import { describeSigning } from '../../contract/signing.ts'
import { tempFolder } from '../ledgers/sqlite/temp.ts'
import { aSigner, ORIGIN } from './signer.ts'

describeCheckpointPlace('a folder', () => makeAt(folderPlace))
describeCheckpointPlace('a file', () => makeAt(filePlace))

describeSigning('the one with keys of its own', () => {
  const folder = tempFolder()
  const aKey = () => generateKeyPairSync('ed25519').privateKey
  let key = aKey()
  return {
    signing: createSigning({ origin: ORIGIN, folder: folder.file('audit'), file: folder.file('audit.log'), key: () => key }),
    publicKey: () => createPublicKey(key),
    rotate: () => void (key = aKey()),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
})

async function makeAt(open: (path: string) => CheckpointPlace): Promise<CheckpointPlaceWorld> {
  const folder = tempFolder()
  const signer = aSigner(folder.file('public.pem'))
  mkdirSync(folder.file('there'))
  const path = folder.file('there/audit')
  return {
    open: () => open(path),
    checkpoint(sequence) {
      const head = { sequence, hash: sequence.toString(16).padStart(64, '0') }
      return { head, text: signer.note(head) }
    },
    kept: () => new Map(filesAt(path).map((file) => [file, readFileSync(file, 'utf8')])),
    breaks() {
      // Neither a folder nor a file can be made below what is a file itself.
      rmSync(folder.file('there'), { recursive: true })
      writeFileSync(folder.file('there'), '')
    },
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
}

function filesAt(path: string): readonly string[] {
  if (!existsSync(path)) return []
  return statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]
}
