import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync, appendFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { filePlace, folderPlace } from '../../../src/adapters/signing/places.ts'
import { readNotes } from '../../../src/adapters/signing/read-notes.ts'
import type { Checkpoint } from '../../../src/ports/signing.ts'
import { tempFolder } from '../ledgers/sqlite/temp.ts'
import { aSigner, type TestSigner } from './signer.ts'

let folder: ReturnType<typeof tempFolder>
let signer: TestSigner
beforeEach(() => {
  folder = tempFolder()
  signer = aSigner(folder.file('public.pem'))
})
afterEach(() => folder[Symbol.dispose]())

function checkpoint(sequence: number, digit = 'a'): Checkpoint {
  const head = { sequence, hash: digit.repeat(64) }
  return { head, text: signer.note(head) }
}

it('a folder gets a file for each checkpoint, in the order of the records, which anybody may read', async () => {
  const place = folderPlace(folder.file('audit/prod'))
  for (const sequence of [9, 10, 1_000_000]) await place.add(checkpoint(sequence))
  expect(readdirSync(folder.file('audit/prod'))).toEqual([
    `0000000000000009-${'a'.repeat(16)}.note`,
    `0000000000000010-${'a'.repeat(16)}.note`,
    `0000000001000000-${'a'.repeat(16)}.note`,
  ])
  expect((await readNotes(folder.file('audit/prod'))).map(({ note }) => note)).toEqual([9, 10, 1_000_000].map((at) => checkpoint(at).text))
  expect(statSync(folder.file(`audit/prod/0000000000000009-${'a'.repeat(16)}.note`)).mode & 0o777).toBe(0o644)
})

it('a file that is there is never written to: the same head is left as it is, anything else gets another beside it', async () => {
  const place = folderPlace(folder.file('audit'))
  await place.add(checkpoint(9))
  const [name = ''] = readdirSync(folder.file('audit'))
  const before = readFileSync(folder.file(`audit/${name}`), 'utf8')
  const other = aSigner(folder.file('other.pem'))
  await place.add({ head: checkpoint(9).head, text: other.note(checkpoint(9).head) })
  expect([readdirSync(folder.file('audit')).length, readFileSync(folder.file(`audit/${name}`), 'utf8')]).toEqual([1, before])
  // Half of one, by a power cut.
  const half = `0000000000000012-${'a'.repeat(16)}.note`
  writeFileSync(folder.file(`audit/${half}`), 'kedge.exam')
  await place.add(checkpoint(12))
  expect(readFileSync(folder.file(`audit/${half}`), 'utf8')).toBe('kedge.exam')
  expect(readFileSync(folder.file(`audit/${half.replace('.note', '-2.note')}`), 'utf8')).toBe(checkpoint(12).text)
})

it('a file is only added to, and what a power cut has left of a checkpoint stays by itself', async () => {
  const place = filePlace(folder.file('audit.log'))
  await place.add(checkpoint(1))
  const first = readFileSync(folder.file('audit.log'), 'utf8')
  appendFileSync(folder.file('audit.log'), checkpoint(2).text.slice(0, 70))
  await place.add(checkpoint(3))
  await place.add(checkpoint(4))
  expect(readFileSync(folder.file('audit.log'), 'utf8').startsWith(first)).toBe(true)
  const notes = await readNotes(folder.file('audit.log'))
  expect(notes.map(({ note }) => note)).toEqual([checkpoint(1).text, expect.any(String), checkpoint(3).text, checkpoint(4).text])
  expect(notes[1]?.note).toBe(checkpoint(2).text.slice(0, 70).trimEnd())
  expect(notes[2]?.where).toBe(`${folder.file('audit.log')} (3 of 4)`)
})

it('a place that takes nothing says so, with its name', async () => {
  writeFileSync(folder.file('taken'), '')
  await expect(folderPlace(folder.file('taken/audit')).add(checkpoint(1))).rejects.toThrow(`E_CHECKPOINT_WRITE: no checkpoint can be added`)
  await expect(filePlace(folder.file('absent/audit.log')).add(checkpoint(1))).rejects.toMatchObject({ code: 'E_CHECKPOINT_WRITE' })
  expect(existsSync(folder.file('absent'))).toBe(false)
  chmodSync(folder.file('taken'), 0o600)
})

it('the newest that is there is read again, past what is half written, and nothing where there is nothing', async () => {
  for (const place of [folderPlace(folder.file('audit')), filePlace(folder.file('audit.log'))]) {
    expect(await place.newest()).toBeUndefined()
    for (const sequence of [9, 10, 200]) await place.add(checkpoint(sequence))
    expect(await place.newest()).toEqual(checkpoint(200).head)
  }
  writeFileSync(folder.file(`audit/0000000000000300-${'a'.repeat(16)}.note`), 'kedge.exam')
  appendFileSync(folder.file('audit.log'), 'kedge.exam')
  expect(await folderPlace(folder.file('audit')).newest()).toEqual(checkpoint(200).head)
  expect(await filePlace(folder.file('audit.log')).newest()).toEqual(checkpoint(200).head)
})

it('a disk that takes no more gets no half of a checkpoint, and that it took none is told', () => {
  const places = import.meta.resolve('../../../src/adapters/signing/places.ts')
  const add = `const { folderPlace } = await import(${JSON.stringify(places)})
    const checkpoint = { head: { sequence: 9, hash: 'a'.repeat(64) }, text: 'x'.repeat(4_000) }
    await folderPlace(${JSON.stringify(folder.file('audit'))}).add(checkpoint).catch(({ code }) => console.log(code))`
  // The system takes the first block of the file, and refuses the second.
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -f 1; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', add], {
    encoding: 'utf8',
  })
  expect([stdout.trim(), readdirSync(folder.file('audit'))]).toEqual(['E_CHECKPOINT_WRITE', []])
})
