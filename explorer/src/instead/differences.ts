/** In place of Monaco's editors of differences, which the page never opens. */
export class DiffEditorWidget {}
export class MultiDiffEditorWidget {}
