/** A terminal that remembers what it was told. */
export function remember() {
  const said = { out: '', err: '' }
  const io = {
    stdout: (text: string) => void (said.out += text),
    stderr: (text: string) => void (said.err += text),
    stdin: () => Promise.resolve(''),
  }
  return { said, io }
}
