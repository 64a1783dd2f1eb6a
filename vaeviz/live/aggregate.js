import { Tool } from "./tool.js";
export class Aggregate extends Tool {}
