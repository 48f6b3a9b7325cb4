/** Reads a watch line by line, as a client would. */
export interface WatchReader extends AsyncDisposable {
  /** The next event, or undefined at the end of the stream. Rejects where the connection was cut. */
  next(): Promise<unknown>
  nextLine(): Promise<string | undefined>
}

/** Opens a watch and returns once the server has answered. */
export async function openWatch(url: string): Promise<WatchReader> {
  const abort = new AbortController()
  const response = await fetch(url, { signal: abort.signal })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ''

  async function nextLine(): Promise<string | undefined> {
    while (!buffer.includes('\n')) {
      const { done, value } = await reader.read()
      if (done) return undefined
      buffer += value
    }
    const end = buffer.indexOf('\n')
    const line = buffer.slice(0, end)
    buffer = buffer.slice(end + 1)
    return line
  }

  return {
    nextLine,
    async next() {
      const line = await nextLine()
      return line === undefined ? undefined : JSON.parse(line)
    },
    async [Symbol.asyncDispose]() {
      abort.abort()
      await reader.cancel().catch(() => undefined)
    },
  }
}
