/** How files end that hold a checkpoint. */
export const NOTE = '.note'

/** Notes of which each is ended by an empty line. What is no whole one comes back as it stands: nothing is passed over. */
export function splitNotes(text: string): readonly string[] {
  const notes: string[] = []
  let begun: string | undefined
  for (const block of text.split('\n\n').map((one) => one.replace(/\n$/, ''))) {
    if (block.startsWith('— ')) {
      notes.push(begun === undefined ? block : `${begun}\n\n${block}\n`)
      begun = undefined
    } else {
      if (begun !== undefined) notes.push(begun)
      begun = block === '' ? undefined : block
    }
  }
  if (begun !== undefined) notes.push(begun)
  return notes.length === 0 ? [text] : notes
}
