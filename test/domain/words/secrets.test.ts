import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withoutSecrets } from '../../../src/domain/words/secrets.ts'

it.each([
  [
    'Get "https://user:planted@prom.example/api?token=planted&x=1": connection refused',
    'Get "https://prom.example/api?token=…&x=1": connection refused',
  ],
  ['dial postgres://app:planted@db:5432/x?sslmode=off', 'dial postgres://db:5432/x?sslmode=off'],
  ['Authorization: Bearer planted.planted.planted', 'Authorization: …'],
  ['{"Authorization":"Basic cGxhbnRlZDpwbGFudGVk"}', '{"Authorization":"…"}'],
  ['got 401 for Bearer planted-1234567', 'got 401 for Bearer …'],
  ['x-api-key: planted, retry', 'x-api-key: …, retry'],
  ['Set-Cookie: session=planted; Path=/', 'Set-Cookie: …; Path=/'],
  ['password=planted', 'password=…'],
  ['password: planted', 'password: …'],
  ['DB_PASSWORD=planted failed', 'DB_PASSWORD=… failed'],
  ['client_secret=planted&grant=x', 'client_secret=…&grant=x'],
  ['{"api_key": "planted", "n": 1}', '{"api_key": "…", "n": 1}'],
  ['X-Amz-Signature=planted', 'X-Amz-Signature=…'],
  [`ghp_${'a1'.repeat(18)} is no good`, '… is no good'],
  ['got github_pat_planted', 'got …'],
  [`glpat-${'a1'.repeat(10)}`, '…'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJwbGFudGVk.planted', '…'],
  ['https://hooks.slack.com/services/T0/B0/planted', 'https://…'],
  ['acme.webhook.office.com/webhookb2/planted', '…'],
  ['discord.com/api/webhooks/1/planted', '…'],
  ['discordapp.com/api/webhooks/1/planted', '…'],
  [`npm_${'a1'.repeat(18)} is no good`, '… is no good'],
  [`hvs.${'a1-'.repeat(8)} is no good`, '… is no good'],
  [`sk-proj-${'a1_'.repeat(8)} is no good`, '… is no good'],
  [`dop_v1_${'a1'.repeat(20)} is no good`, '… is no good'],
  // As scanners for secrets print what they have found.
  [`Secret: \u001b[1;3;31mghp_${'a1'.repeat(18)}\u001b[0m`, 'Secret: …'],
  [`\u001b[31mglpat-${'a1'.repeat(5)}\u001b[1m${'a1'.repeat(5)}\u001b[0m.`, '….'],
  ['pass\u001b[31mword=planted', 'password=…'],
  ['key -----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY----- end', 'key … end'],
])('what looks like a secret is left out: %s', (text, expected) => {
  expect(withoutSecrets(text)).toBe(expected)
  expect(withoutSecrets(text)).not.toContain('planted')
})

it.each([
  'Metric "success-rate" assessed Failed due to failed (1) > failureLimit (0)',
  'RolloutAborted: Rollout aborted update to revision 4: step-based analysis phase error/failed',
  'ReplicaSet "checkout-7c9b" has timed out progressing.',
  'result[0] >= 0.95 and token bucket is empty: unexpected token: EOF',
  'failed to resolve {{args.url}}',
  'registry.example/web:v1@sha256:0a1b',
  '[0.91] of basic checks; a bearer of bad news',
  'the secret "stripe" was not found in namespace shop',
  'Deployment does not have minimum availability.',
])('what people need to read stays: %s', (text) => {
  expect(withoutSecrets(text)).toBe(text)
})

it('any text is read in little time, and once is as good as twice', () => {
  const piece = fc.constantFrom('password', 'token', '-', '=', ':', ' ', '"', 'x-', 'a', '@', '//', 'eyJ', 'bearer', '_', '-----BEGIN ')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
      const once = withoutSecrets(pieces.join(''))
      expect(withoutSecrets(once).length).toBeLessThanOrEqual(once.length)
    }),
  )
})
