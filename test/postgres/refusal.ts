/**
 * What a server answers where it refuses: `ErrorResponse`, and `ReadyForQuery` but after a FATAL,
 * https://www.postgresql.org/docs/current/protocol-message-formats.html.
 */
export function refusal(state: string, severity: 'ERROR' | 'FATAL' = 'ERROR'): Buffer {
  const fields = Buffer.from(`S${severity}\0V${severity}\0C${state}\0Mno\0\0`, 'latin1')
  const head = Buffer.from('E\0\0\0\0', 'latin1')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields, Buffer.from(severity === 'FATAL' ? '' : 'Z\0\0\0\x05I', 'latin1')])
}
