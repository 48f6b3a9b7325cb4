import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, inject, test } from 'vitest'

test('a reader that has seen enough (`| head`) gets no stack trace', async () => {
  const child = spawn(process.execPath, [inject('kedge'), 'config', 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect({ code: code as unknown, stderr }).toEqual({ code: 141, stderr: '' })
})
