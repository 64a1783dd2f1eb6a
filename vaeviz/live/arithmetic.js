import { Tool } from "./tool.js";
export class Arithmetic extends Tool {}
