// The comparison in Gin and pgx: the same book by ISBN from the same table, and /livez.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

type money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

type book struct {
	ID              string          `json:"id"`
	ISBN            *string         `json:"isbn"`
	Title           string          `json:"title"`
	Subtitle        *string         `json:"subtitle"`
	Contributors    json.RawMessage `json:"contributors"`
	Publisher       *string         `json:"publisher"`
	ProductForm     *string         `json:"product_form"`
	Language        *string         `json:"language"`
	PublicationDate *int64          `json:"publication_date"`
	OnSaleDate      *int64          `json:"on_sale_date"`
	Subjects        json.RawMessage `json:"subjects"`
	Price           *money          `json:"price"`
	Identifiers     json.RawMessage `json:"identifiers"`
	Metadata        json.RawMessage `json:"metadata"`
	Version         int64           `json:"version"`
	CreatedAt       int64           `json:"created_at"`
	UpdatedAt       int64           `json:"updated_at"`
}

const query = `select id, isbn, title, subtitle, contributors::text, publisher, product_form, language,
  publication_date, on_sale_date, subjects::text, price_amount, price_currency, identifiers::text,
  metadata::text, version, created_at, updated_at
from book where isbn = $1 and is_active order by isbn_exempt, id limit 1`

func main() {
	config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	config.MaxConns = 16
	pool, err := pgxpool.ConnectConfig(context.Background(), config)
	if err != nil {
		panic(err)
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/livez", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	engine.GET("/v1/books/:isbn", func(c *gin.Context) {
		var b book
		var contributors, subjects, identifiers, metadata string
		var amount *int64
		var currency *string
		err := pool.QueryRow(c, query, c.Param("isbn")).Scan(
			&b.ID, &b.ISBN, &b.Title, &b.Subtitle, &contributors, &b.Publisher, &b.ProductForm, &b.Language,
			&b.PublicationDate, &b.OnSaleDate, &subjects, &amount, &currency, &identifiers, &metadata,
			&b.Version, &b.CreatedAt, &b.UpdatedAt)
		if err == pgx.ErrNoRows {
			c.JSON(http.StatusNotFound, gin.H{"code": "not-found"})
			return
		}
		if err != nil {
			c.JSON(http.StatusInternalServerError, gin.H{"code": "internal", "detail": err.Error()})
			return
		}
		b.Contributors, b.Subjects = json.RawMessage(contributors), json.RawMessage(subjects)
		b.Identifiers, b.Metadata = json.RawMessage(identifiers), json.RawMessage(metadata)
		if amount != nil {
			b.Price = &money{*amount, *currency}
		}
		c.JSON(http.StatusOK, b)
	})
	if err := engine.Run("127.0.0.1:" + os.Getenv("PORT")); err != nil {
		panic(err)
	}
}
