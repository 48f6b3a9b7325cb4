import { expect, it } from 'vitest'
import { runConfigSchema, runConfigValidate } from '../../src/cli/commands/config.ts'
import { COMPLETE, COMPLETE_FILES, configFolder } from './files.ts'

function rememberingIo() {
  const written = { stdout: '', stderr: '' }
  const io = {
    stdout: (text: string) => void (written.stdout += text),
    stderr: (text: string) => void (written.stderr += text),
    stdin: () => Promise.resolve(''),
  }
  return { io, written }
}

it('validate exits 0 for a good file, and looks for secrets only with an environment', async () => {
  using folder = configFolder(COMPLETE)
  const { io, written } = rememberingIo()
  expect(await runConfigValidate({ file: folder.file }, io)).toBe(0)
  expect(written.stdout).toContain('is valid; secrets were not looked for')
  expect(await runConfigValidate({ file: folder.file, env: {} }, io)).toBe(2)
  expect(written.stderr).toContain('github.tokenFile: "token" does not exist')
  using complete = configFolder(COMPLETE, COMPLETE_FILES)
  expect(await runConfigValidate({ file: complete.file, env: {} }, rememberingIo().io)).toBe(0)
})

it('validate exits 2 and tells every fault, for people or as JSON', async () => {
  using folder = configFolder('apiVersion: kedge/v1\nlimit: {}\nlog: { level: loud }\n')
  const people = rememberingIo()
  expect(await runConfigValidate({ file: folder.file }, people.io)).toBe(2)
  expect(people.written.stderr).toMatch(
    /has 2 faults\n {2}line 2, limit: .*did you mean limits\?\n {2}line 3, log\.level: "loud" must be one of /,
  )
  const json = rememberingIo()
  expect(await runConfigValidate({ file: folder.file, output: 'json' }, json.io)).toBe(2)
  expect(JSON.parse(json.written.stdout)).toMatchObject({
    valid: false,
    faults: [
      { path: 'limit', line: 2 },
      { path: 'log.level', line: 3, value: '"loud"' },
    ],
  })
})

it('schema prints a JSON Schema of draft 7 in which keys with defaults may be left out', async () => {
  const { io, written } = rememberingIo()
  expect(await runConfigSchema(io)).toBe(0)
  expect(JSON.parse(written.stdout)).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    required: ['apiVersion'],
    additionalProperties: false,
  })
})
